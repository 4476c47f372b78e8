/** Declarations: the names a formula may use, each with the dimensions of its axes. */
import type { Declarations, Tensor } from '../nodes.js';
import { DeclarationError } from './errors.js';
import { LOOKALIKES } from './spelling.js';
import { tokenize } from './tokens.js';

const EXAMPLE = "For example: given({ x: ['n'], W: ['m', 'n'], ε: [] })";

/**
 * The declarations of tensors by name, each with its dimensions' names in the order of its axes; a scalar has none.
 * Names and dimensions are a letter followed by letters and digits.
 *
 * @example declare({ x: ['n'], W: ['m', 'n'], ε: [] })
 */
export function declare(tensors: Readonly<Record<string, readonly string[]>>): Declarations {
  if (typeof tensors !== 'object' || tensors === null || Array.isArray(tensors)) {
    throw new DeclarationError(`tensors are declared by name with their dimensions. ${EXAMPLE}`);
  }
  const declared = new Map<string, Tensor>();
  for (const [given, axes] of Object.entries(tensors)) {
    const name = checkName(given, 'tensor');
    if (!Array.isArray(axes) || axes.some((axis) => typeof axis !== 'string')) {
      throw new DeclarationError(
        `the dimensions of ${name} were given as ${JSON.stringify(axes)}; expected a list of names. ${EXAMPLE}`,
      );
    }
    const dimensions = axes.map((axis: string) => checkName(axis, 'dimension'));
    if (declared.has(name))
      throw new DeclarationError(`${name} is declared twice (in two spellings of the same name).`);
    declared.set(name, { name, dimensions });
  }
  const dimensions = [...new Set([...declared.values()].flatMap((tensor) => tensor.dimensions))];
  const both = dimensions.find((dimension) => declared.has(dimension));
  if (both !== undefined) {
    throw new DeclarationError(
      `${both} is given as a tensor and as a dimension; expected different names. Rename one: { x: ['n'], m: [] }`,
    );
  }
  return { tensors: declared, assumptions: [], dimensions };
}

/** The name in composed form; what is no name is refused. */
export function checkName(given: string, what: 'tensor' | 'dimension'): string {
  const name = [...given.normalize('NFC')].map((c) => LOOKALIKES.get(c) ?? c).join('');
  if (!isName(name)) {
    const underscore = name.includes('_')
      ? ` Indices are no part of a name: ${name.replaceAll('_', '')}.`
      : '';
    throw new DeclarationError(
      `\`${given}\` cannot name a ${what}: expected a letter followed by letters and digits.${underscore} ${EXAMPLE}`,
    );
  }
  if (['if', 'otherwise', 'let'].includes(name)) {
    throw new DeclarationError(
      `\`${name}\` is a word of the language and cannot name a ${what}. Choose another name.`,
    );
  }
  return name;
}

function isName(name: string): boolean {
  if (!/^\p{L}[\p{L}\p{M}0-9]*$/u.test(name)) return false;
  const { tokens } = tokenize(name);
  return tokens.length === 2 && tokens[0]?.kind === 'name' && tokens[0].end === name.length;
}

/** The declarations with one more tensor; its dimensions are known already. */
export function withTensor(declarations: Declarations, tensor: Tensor): Declarations {
  return { ...declarations, tensors: new Map([...declarations.tensors, [tensor.name, tensor]]) };
}
