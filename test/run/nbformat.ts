/** nbformat 4.5 in our own words: what makes a notebook invalid, each with its place. */

type Json = Readonly<Record<string, unknown>>;
type Found = readonly string[];

export function invalidities(notebook: unknown): Found {
  if (!isObject(notebook)) return ['notebook: an object'];
  const cells = Array.isArray(notebook.cells) ? notebook.cells : [];
  const ids = cells.map((cell) => (cell as Json).id);
  return [
    ...only(notebook, ['cells', 'metadata', 'nbformat', 'nbformat_minor'], [], 'notebook'),
    ...must(notebook.nbformat === 4 && notebook.nbformat_minor === 5, 'nbformat 4.5'),
    ...must(Array.isArray(notebook.cells), 'cells: a list'),
    ...must(new Set(ids).size === ids.length, 'ids are unique'),
    ...cells.flatMap((cell, index) => ofCell(cell, `cell ${index}`)),
  ];
}

function must(holds: boolean, what: string): Found {
  return holds ? [] : [what];
}

function ofCell(cell: unknown, at: string): Found {
  if (!isObject(cell)) return [`${at}: an object`];
  const common = [
    ...must(typeof cell.id === 'string' && /^[a-zA-Z0-9-_]{1,64}$/.test(cell.id), `${at}: id`),
    ...must(isObject(cell.metadata), `${at}: metadata`),
    ...must(isText(cell.source), `${at}: source`),
  ];
  if (cell.cell_type !== 'code') {
    return [
      ...common,
      ...must(cell.cell_type === 'markdown' || cell.cell_type === 'raw', `${at}: cell_type`),
      ...only(cell, ['id', 'cell_type', 'metadata', 'source'], ['attachments'], at),
    ];
  }
  const outputs = Array.isArray(cell.outputs) ? cell.outputs : [];
  return [
    ...common,
    ...only(cell, ['id', 'cell_type', 'metadata', 'source', 'outputs', 'execution_count'], [], at),
    ...must(isCount(cell.execution_count), `${at}: execution_count`),
    ...must(Array.isArray(cell.outputs), `${at}: outputs`),
    ...outputs.flatMap((output, index) => ofOutput(output, `${at}, output ${index}`)),
  ];
}

function ofOutput(output: unknown, at: string): Found {
  if (!isObject(output)) return [`${at}: an object`];
  switch (output.output_type) {
    case 'stream':
      return [
        ...only(output, ['output_type', 'name', 'text'], [], at),
        ...must(typeof output.name === 'string' && isText(output.text), `${at}: name, text`),
      ];
    case 'error':
      return [
        ...only(output, ['output_type', 'ename', 'evalue', 'traceback'], [], at),
        ...must(
          typeof output.ename === 'string' && typeof output.evalue === 'string',
          `${at}: ename, evalue`,
        ),
        ...must(isStrings(output.traceback), `${at}: traceback`),
      ];
    case 'execute_result':
      return [
        ...only(output, ['output_type', 'data', 'metadata', 'execution_count'], [], at),
        ...must(isCount(output.execution_count), `${at}: execution_count`),
        ...ofData(output, at),
      ];
    case 'display_data':
      return [...only(output, ['output_type', 'data', 'metadata'], [], at), ...ofData(output, at)];
    default:
      return [`${at}: output_type`];
  }
}

function ofData({ data, metadata }: Json, at: string): Found {
  if (!isObject(data) || !isObject(metadata)) return [`${at}: data, metadata`];
  return Object.entries(data).flatMap(([mime, content]) => {
    const json = mime === 'application/json' || mime.endsWith('+json');
    return must(json ? content !== undefined : isText(content), `${at}: ${mime}`);
  });
}

function only(value: Json, needed: readonly string[], allowed: readonly string[], at: string): Found {
  return [
    ...needed.filter((name) => !(name in value)).map((name) => `${at}: ${name} is missing`),
    ...Object.keys(value)
      .filter((name) => ![...needed, ...allowed].includes(name))
      .map((name) => `${at}: ${name} is unknown`),
  ];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || isStrings(value);
}

function isCount(value: unknown): boolean {
  return value === null || (Number.isInteger(value) && Number(value) >= 0);
}
