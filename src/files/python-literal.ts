/** The header of an .npy file: a Python dictionary of strings, booleans and tuples of whole numbers; read, never evaluated. */
import { TensorFileError } from './errors.js';

type Literal = string | boolean | number | readonly Literal[];

const token = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(True|False)\b|(\d{1,16})L?|([()[\]{},:]))/uy;

/** Nothing that NumPy writes for numbers is nested deeper. */
const deepest = 8;

class Reader {
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly what: string,
  ) {}

  private fail(): never {
    throw new TensorFileError(
      `${this.what} has a header that cannot be read from '${this.text.slice(this.position, this.position + 40).trim()}' on. ` +
        "It must be a dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)}.",
    );
  }

  private next(): RegExpExecArray {
    token.lastIndex = this.position;
    const match = token.exec(this.text);
    if (match === null) return this.fail();
    this.position = token.lastIndex;
    return match;
  }

  private isNext(symbol: string): boolean {
    const before = this.position;
    const rest = this.text.slice(before).trimStart();
    if (!rest.startsWith(symbol)) return false;
    this.next();
    return true;
  }

  private expect(symbol: string): void {
    if (!this.isNext(symbol)) this.fail();
  }

  private list(end: string, depth: number): Literal[] {
    const items: Literal[] = [];
    while (!this.isNext(end)) {
      items.push(this.literal(depth + 1));
      if (!this.isNext(',')) {
        this.expect(end);
        break;
      }
    }
    return items;
  }

  private literal(depth: number): Literal {
    if (depth > deepest) return this.fail();
    const [, single, double, truth, digits, symbol] = this.next();
    if (truth !== undefined) return truth === 'True';
    if (digits !== undefined) return Number(digits);
    if (symbol === '(') return this.list(')', depth);
    if (symbol === '[') return this.list(']', depth);
    return symbol === undefined ? (single ?? double ?? '') : this.fail();
  }

  record(): Record<string, Literal> {
    const found: Record<string, Literal> = Object.create(null) as Record<string, Literal>;
    this.expect('{');
    while (!this.isNext('}')) {
      const key = this.literal(0);
      if (typeof key !== 'string') return this.fail();
      this.expect(':');
      found[key] = this.literal(0);
      if (!this.isNext(',')) {
        this.expect('}');
        break;
      }
    }
    if (this.text.slice(this.position).trim() !== '') return this.fail();
    return found;
  }
}

/** A dictionary as Python prints it. Throws a `TensorFileError` for anything else. */
export function readPythonRecord(text: string, what: string): Readonly<Record<string, Literal | undefined>> {
  return new Reader(text, what).record();
}
