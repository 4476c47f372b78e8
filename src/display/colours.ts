/** The colours of figures: blue below zero, orange-red above, pale at zero; told apart with any colour vision. */

type Rgb = readonly [number, number, number];

const stops: readonly (readonly [number, Rgb])[] = [
  [-1, [33, 92, 164]],
  [-0.5, [130, 174, 218]],
  [0, [244, 243, 240]],
  [0.5, [240, 160, 110]],
  [1, [190, 62, 28]],
];

/** Text and lines that are read on white and on near-black alike. */
export const neutralColour = '#808080';
/** The frame around a marked entry, a dark and a bright line: seen on every colour of the scale and on any page. */
export const markColour = '#111111';
export const innerMarkColour = '#ffd400';

/** The colour scale as plotly.js takes it: places from 0 to 1. */
export const plotlyScale: readonly (readonly [number, string])[] = stops.map(([at, colour]) => [
  (at + 1) / 2,
  css(colour),
]);

/** The colour of an entry on a scale from −range to range; an entry that is no number is grey. */
export function entryColour(value: number | undefined, range: number): string {
  if (value === undefined) return 'none';
  if (Number.isNaN(value)) return '#9a9a9a';
  return css(mix(Math.max(-1, Math.min(1, value / range))));
}

/** Black or white, whichever is read better on the entry's colour. */
export function inkOn(value: number, range: number): string {
  if (Number.isNaN(value)) return '#000000';
  const [red, green, blue] = mix(Math.max(-1, Math.min(1, value / range)));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000000' : '#ffffff';
}

function mix(at: number): Rgb {
  const upper = Math.max(
    1,
    stops.findIndex(([stop]) => stop >= at),
  );
  const [low, lowColour] = stops[upper - 1] ?? [-1, [0, 0, 0]];
  const [high, highColour] = stops[upper] ?? [1, [0, 0, 0]];
  const share = (at - low) / (high - low);
  const channel = (index: 0 | 1 | 2) =>
    Math.round(lowColour[index] + share * (highColour[index] - lowColour[index]));
  return [channel(0), channel(1), channel(2)];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red},${green},${blue})`;
}
