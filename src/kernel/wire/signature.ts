/** The signature of a message: a keyed hash over its four JSON frames, exactly as they stand on the wire. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Signer {
  /** The signature as lower-case hex; empty when there is no key. */
  sign(frames: readonly Uint8Array[]): string;
  /** Compares in constant time. Without a key everything passes: the connection file asked for that. */
  verify(signature: Uint8Array, frames: readonly Uint8Array[]): boolean;
}

/** @param hash the hash's name as OpenSSL knows it: `sha256`. */
export function createSigner(key: string, hash: string): Signer {
  if (key === '') return { sign: () => '', verify: () => true };
  const sign = (frames: readonly Uint8Array[]): string => {
    const hmac = createHmac(hash, key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest('hex');
  };
  return {
    sign,
    verify(signature, frames) {
      const expected = Buffer.from(sign(frames), 'latin1');
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}
