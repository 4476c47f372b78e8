/** The slider as the front end draws it: a widget of PyPI's anywidget, which takes a module as text and needs no build step. */

/** What the slider and the kernel tell each other; the names are those of the widget's state. */
export interface SliderState {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
}

/**
 * A front end that draws a figure anew takes the old one away first, and the slider below would jump under the person's hand: so
 * JupyterLab's output area keeps its height, and the slider its place at the end of it, until a second after the last move.
 *
 * Draws a native range input, which keyboard and screen reader know, in the colours of the page. It tells the kernel each value;
 * what lies between two answers of the kernel is left out by the widget's own model, so a slow callback never lags behind.
 */
const view = `
function render({ model, el }) {
  const row = document.createElement('label');
  row.style.cssText = 'display:flex;align-items:center;gap:12px;padding:4px 10px;font-size:14px';
  row.style.color = 'var(--jp-ui-font-color1, inherit)';
  const name = document.createElement('span');
  const input = document.createElement('input');
  input.type = 'range';
  // JupyterLab's own shortcuts would take the arrow keys away.
  input.dataset.lmSuppressShortcuts = 'true';
  input.style.cssText = 'flex:1 1 auto;max-width:420px';
  const shown = document.createElement('output');
  shown.style.cssText = 'min-width:5em;font-variant-numeric:tabular-nums';
  name.textContent = model.get('label');
  for (const key of ['min', 'max', 'step']) input[key] = String(model.get(key));
  const draw = () => {
    if (Number(input.value) !== model.get('value')) input.value = String(model.get('value'));
    shown.textContent = String(Number(model.get('value').toPrecision(10)));
  };
  let released;
  const hold = () => {
    const area = el.closest('.jp-OutputArea');
    if (!area) return;
    clearTimeout(released);
    if (!area.style.minHeight) {
      Object.assign(area.style, { minHeight: area.offsetHeight + 'px', display: 'flex', flexDirection: 'column', justifyContent: 'flex-end' });
    }
    released = setTimeout(() => Object.assign(area.style, { minHeight: '', display: '', flexDirection: '', justifyContent: '' }), 1000);
  };
  input.addEventListener('input', () => {
    hold();
    model.set('value', Number(input.value));
    model.save_changes();
    draw();
  });
  model.on('change', draw);
  draw();
  row.append(name, input, shown);
  el.append(row);
  return () => model.off('change', draw);
}
export default { render };
`;

/** Any version of anywidget will do: what is used of it has been there since its first. */
const anyVersion = '*';

/** The whole state of the widget, as the protocol of Jupyter's widgets opens it. */
export function widgetState(state: SliderState): Readonly<Record<string, unknown>> {
  return {
    _model_module: 'anywidget',
    _model_module_version: anyVersion,
    _model_name: 'AnyModel',
    _view_module: 'anywidget',
    _view_module_version: anyVersion,
    _view_name: 'AnyView',
    _view_count: null,
    _anywidget_id: 'handgrad.slider',
    _esm: view,
    ...state,
  };
}
