export type { Diagnosis, MistakeId } from './diagnosis.js';
