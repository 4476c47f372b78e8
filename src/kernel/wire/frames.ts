/** Between a message and the frames of a ZeroMQ multipart message. */
import type { Header, Json, Message } from './message.js';
import type { ReplayGuard } from './replay.js';
import type { Signer } from './signature.js';

const delimiter = Buffer.from('<IDS|MSG>');
/** Between the delimiter and the buffers: the signature, then header, parent header, metadata, content. */
const signedFrames = 4;

export type Decoded =
  | { readonly ok: true; readonly message: Message }
  /** Why the frames were dropped; never says what would have been right. */
  | { readonly ok: false; readonly reason: string };

export function encode(message: Message, signer: Signer): Uint8Array[] {
  const json = [message.header, message.parent, message.metadata, message.content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  const signature = Buffer.from(signer.sign(json), 'latin1');
  return [...message.identities, delimiter, signature, ...json, ...message.buffers];
}

/** Verifies before anything is parsed. Any frames at all may come in; nothing is thrown. */
export function decode(frames: readonly Uint8Array[], signer: Signer, replay: ReplayGuard): Decoded {
  const start = frames.findIndex((frame) => delimiter.equals(frame));
  if (start < 0) return { ok: false, reason: 'no delimiter' };
  const signature = frames[start + 1];
  const signed = frames.slice(start + 2, start + 2 + signedFrames);
  if (signature === undefined || signed.length < signedFrames) return { ok: false, reason: 'truncated' };
  if (!signer.verify(signature, signed)) return { ok: false, reason: 'wrong signature' };
  if (signature.length > 0 && !replay.accept(Buffer.from(signature).toString('latin1'))) {
    return { ok: false, reason: 'replayed signature' };
  }
  const [header, parent, metadata, content] = signed.map(parseObject);
  if (!header || !parent || !metadata || !content) return { ok: false, reason: 'not four JSON objects' };
  if (!isHeader(header)) return { ok: false, reason: 'header without msg_id, msg_type or session' };
  return {
    ok: true,
    message: {
      identities: frames.slice(0, start),
      header,
      parent: isHeader(parent) ? parent : {},
      metadata,
      content,
      buffers: frames.slice(start + 2 + signedFrames),
    },
  };
}

function parseObject(frame: Uint8Array): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(frame).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function isHeader(value: Json | Header): value is Header {
  return ['msg_id', 'msg_type', 'session'].every(
    (name) => typeof (value as Json)[name] === 'string' && (value as Json)[name] !== '',
  );
}
