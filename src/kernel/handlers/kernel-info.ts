import { languageInfo } from '../language-info.js';
import { packageVersion } from '../package-version.js';
import { ok } from '../reply.js';
import type { Handler } from '../session/kernel.js';
import { protocolVersion } from '../wire/message.js';

/** `kernel_info_request`: what this kernel is. Answered by the parent alone, before the compiler has loaded. */
export const kernelInfo: Handler = () =>
  ok({
    protocol_version: protocolVersion,
    implementation: 'handgrad',
    implementation_version: packageVersion(),
    language_info: languageInfo(),
    banner: `handgrad ${packageVersion()}: TypeScript ${languageInfo().version} on Node ${process.versions.node}`,
    debugger: false,
    supported_features: [],
    help_links: [
      { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' },
      { text: 'TensorFlow.js', url: 'https://js.tensorflow.org/api/latest/' },
      { text: 'Node.js', url: 'https://nodejs.org/docs/latest/api/' },
    ],
  });
