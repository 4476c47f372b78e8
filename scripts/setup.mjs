// npm run setup: all of the set-up and nothing else; also what failed a short while ago is tried again.
import { main, setUp } from './setup/index.mjs';

main(() => setUp({ withTests: true, again: true }));
