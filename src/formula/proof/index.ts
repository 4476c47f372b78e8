export { type ProofStep, writeProof } from './chain.js';
export { type Replay, replay } from './check.js';
