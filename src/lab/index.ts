export { hasBrowser } from './browser.js';
export { addLabCommand } from './command.js';
export { provideEnvironment, provideLab, pythonOf, type Wanted } from './environment.js';
export { copyName, LabFolderError, type Opened, openGallery } from './gallery.js';
export { type Lab, type LabOptions, LabStartError, startLab } from './server.js';
