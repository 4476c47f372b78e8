/** A quarter of the gallery in JupyterLab: see notebooks.ts. */
import { lookAtNotebooks } from './notebooks.js';

lookAtNotebooks(4, 4);
