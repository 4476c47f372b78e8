export { type AnnotationPlace, errorAnnotation } from './annotation.js';
export { showAnnouncedVerdicts } from './announced.js';
export {
  attachDisplay,
  attachToResults,
  inspectCustom,
  jupyterDisplay,
  type MimeBundle,
  plotlyMime,
  verdictMime,
} from './bundle.js';
export {
  type AlongGradientOptions,
  type ArraysOf,
  alongGradient,
  CurveError,
  type ErrorAgainstOptions,
  errorAgainst,
  type ScalarValue,
} from './curves.js';
export { derivationBundle, derivationJson, derivationMime, hintBundle, stepBundle } from './derivation.js';
export { escapeHtml, escapeMarkdown, oneLine, visible } from './escape.js';
export { creditBundle, exerciseBundle } from './exercise.js';
export { Figure, figureBundle } from './figure.js';
export {
  type CompareOptions,
  compare,
  type HeatmapOptions,
  heatmap,
  ShapesDifferError,
} from './figures.js';
export { definitionBundle, explicitBundle, formulaBundle } from './formula.js';
export {
  Interactive,
  InteractiveError,
  type InteractiveOptions,
  interactive,
} from './interactive.js';
export { matrixBundle } from './jacobian.js';
export { type Drawable, type Nested, NotDrawableError } from './matrix.js';
export { formatNumber, jsonSafe } from './numbers.js';
export { type PlotlyFigure, plotlyScript, readFigure } from './plotly-script.js';
export { progressText, showAnnouncedProgress, showProgressOn } from './progress.js';
export { SimplexError, type SimplexOptions, simplex, type Three } from './simplex.js';
export { SliderError, SliderFigure, type SliderOptions, slider, sliderBundle } from './slider.js';
export {
  type Colour,
  fit,
  layTable,
  type Paint,
  painter,
  type Terminal,
  textWidth,
  type Yield,
} from './terminal.js';
export {
  counterexampleText,
  expectationNote,
  findsSign,
  meetsExpectation,
  statusSign,
  verdictBundle,
  verdictHtml,
  verdictMarkdown,
  verdictText,
  witnessText,
} from './verdict.js';
export { escapeXml } from './xml.js';
