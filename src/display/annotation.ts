/** Annotations: what GitHub shows beside a change. */

/** Where an annotation belongs; line and column count from 1. */
export interface AnnotationPlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly title: string;
}

/** An error as a workflow command of GitHub Actions: `::error file=a.md,line=3,col=1,title=…::…`, with its line end. */
export function errorAnnotation({ file, line, column, title }: AnnotationPlace, message: string): string {
  const properties = [
    `file=${property(file)}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(column === undefined ? [] : [`col=${column}`]),
    `title=${property(title)}`,
  ];
  return `::error ${properties.join(',')}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
