/** What is known of a name at run time, beyond its type: read without running anything of the person's. */
import type TypeScript from 'typescript';
import type { Boxes } from './boxes.js';
import type { Compiler } from './internals.js';

/** The value of `name` or `name.member.member`, as far as plain properties lead; getters and proxies are not touched. */
export function liveValue(
  compiler: Compiler,
  boxes: Boxes,
  node: TypeScript.Node,
): { readonly value: unknown } | undefined {
  if (compiler.isIdentifier(node)) {
    if (compiler.isPropertyAccessExpression(node.parent) && node.parent.name === node) {
      return liveValue(compiler, boxes, node.parent);
    }
    const box = boxes.find(node.text);
    return box === undefined || box.value === undefined ? undefined : { value: box.value };
  }
  if (!compiler.isPropertyAccessExpression(node)) return undefined;
  const owner = liveValue(compiler, boxes, node.expression);
  return owner === undefined ? undefined : plainMember(owner.value, node.name.text);
}

/** Names of the properties of a value and of its prototypes, short of Object's own. */
export function liveMembers(value: unknown): readonly string[] {
  const names = new Set<string>();
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return [];
  for (
    let at: object | null = value;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name !== 'constructor') names.add(name);
    }
    if (names.size > 2000) break;
  }
  return [...names];
}

function plainMember(owner: unknown, name: string): { readonly value: unknown } | undefined {
  if ((typeof owner !== 'object' && typeof owner !== 'function') || owner === null) return undefined;
  const property = Object.getOwnPropertyDescriptor(owner, name);
  return property === undefined || !('value' in property) ? undefined : { value: property.value };
}
