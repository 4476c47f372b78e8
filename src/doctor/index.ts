/** `handgrad doctor`. The command line adds it with `addDoctorCommand(program)`. */
export { addDoctorCommand } from './command.js';
export { examine } from './examine.js';
export type { Finding, State } from './finding.js';
export { handgradVersion } from './packages.js';
export { printed } from './print.js';
