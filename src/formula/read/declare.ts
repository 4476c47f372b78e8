/** Declarations: the names a formula may use, each with the dimensions of its axes. */
import type { Declarations, Tensor } from '../nodes.js';
import { DeclarationError } from './errors.js';
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

/** The name as the reader spells it; what is no name is refused. */
export function checkName(given: string, what: 'tensor' | 'dimension' | 'function'): string {
  const name = nameIn(given);
  if (name === undefined) {
    const underscore = given.includes('_')
      ? ` Indices are no part of a name: ${given.replaceAll('_', '')}.`
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

/** The name that a text is, when it is just one. */
function nameIn(given: string): string | undefined {
  if (!/^\p{L}[\p{L}\p{M}0-9]*$/u.test(given)) return undefined;
  const { text, tokens } = tokenize(given);
  const [token] = tokens;
  return tokens.length === 2 && token?.kind === 'name' && token.end === text.length ? token.text : undefined;
}

/** The declarations with one more tensor; its dimensions are known already. */
export function withTensor(declarations: Declarations, tensor: Tensor): Declarations {
  return { ...declarations, tensors: new Map([...declarations.tensors, [tensor.name, tensor]]) };
}
