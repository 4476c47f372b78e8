/** A place along an axis: an index that is shown, or null for the gap that stands for those left out. */
export type Place = number | null;

/**
 * The places of an axis of `count` entries when at most `limit` fit: all of them, or the first and the last with a gap
 * between. What must be seen (`keep`) is kept with its neighbours, between gaps of its own.
 *
 * @example
 * elide(10, 5) // [0, 1, null, 8, 9]
 * elide(10, 5, 4) // [0, null, 4, null, 9]
 */
export function elide(count: number, limit: number, keep?: number): readonly Place[] {
  if (count <= limit) return Array.from({ length: count }, (_, index) => index);
  const shown = new Set<number>();
  const ends = [0, count - 1];
  if (keep !== undefined) ends.splice(1, 0, keep);
  for (let distance = 0; shown.size < limit - ends.length + 1; distance++) {
    for (const end of ends) {
      for (const index of distance === 0 ? [end] : [end - distance, end + distance]) {
        if (index >= 0 && index < count && shown.size < limit - ends.length + 1) shown.add(index);
      }
    }
  }
  const places: Place[] = [];
  let before = -1;
  for (const index of [...shown].sort((a, b) => a - b)) {
    if (index === before + 2) places.push(index - 1);
    else if (index > before + 2) places.push(null);
    places.push(index);
    before = index;
  }
  return places;
}
