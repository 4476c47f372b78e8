/** What the machine has beside Node: Python with Jupyter, a C++ compiler, a browser. */
import type { Finding } from './finding.js';
import { findProgram, output } from './programs.js';

const askPython = `
import importlib.metadata, json, platform
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
names = ['jupyterlab', 'notebook', 'nbclient', 'jupyter_client', 'papermill']
print(json.dumps({'python': platform.python_version(), **{name: version(name) for name in names}}))
`;

interface Answer {
  readonly python: string;
  readonly [name: string]: string | null;
}

/** Python, and Jupyter in it: for JupyterLab as a front end, and to fetch native TensorFlow. */
export async function python(): Promise<readonly Finding[]> {
  const program = await findProgram(['python3', 'python']);
  const text = program === undefined ? undefined : await output(program, ['-c', askPython]);
  if (program === undefined || text === undefined) {
    const says = program === undefined ? 'not on PATH' : `${program} does not run`;
    const remedy = 'install Python 3 (on Debian or Ubuntu: apt-get install python3 python3-pip python3-venv)';
    return [{ about: 'Python', state: 'missing', says, remedy }];
  }
  const answer = JSON.parse(text) as Answer;
  const python: Finding = { about: 'Python', state: 'ok', says: `${answer.python} (${program})` };
  return [python, jupyter(answer)];
}

function jupyter(answer: Answer): Finding {
  const found = Object.entries(answer).filter(([name, version]) => name !== 'python' && version !== null);
  const says = found.map(([name, version]) => `${name} ${version}`).join(', ');
  if (answer.jupyterlab || answer.notebook) return { about: 'Jupyter', state: 'ok', says };
  return {
    about: 'Jupyter',
    state: 'missing',
    says: says === '' ? 'not in this Python' : `${says}, but neither JupyterLab nor Notebook`,
    remedy: 'to work in a browser: pip install jupyterlab',
  };
}

/** A C++ compiler: compiles the binding of native TensorFlow, once. */
export async function compiler(): Promise<Finding> {
  const program = process.env.CXX || (await findProgram(['c++', 'g++', 'clang++']));
  const version = program && (await output(program, ['--version']));
  if (program && version)
    return { about: 'C++ compiler', state: 'ok', says: `${version.split('\n', 1)[0]} (${program})` };
  return {
    about: 'C++ compiler',
    state: 'missing',
    says: program ? `${program} does not run` : 'not on PATH',
    remedy: 'needed only to set up native TensorFlow; on Debian or Ubuntu: apt-get install g++',
  };
}

/** A browser: only the tests of JupyterLab need one on this machine. */
export async function browser(): Promise<Finding> {
  const program = await findProgram(['chromium', 'chromium-browser', 'google-chrome']);
  const version = program && (await output(program, ['--version']));
  if (program && version) return { about: 'browser', state: 'ok', says: `${version} (${program})` };
  return {
    about: 'browser',
    state: 'missing',
    says: 'no Chromium on PATH',
    remedy: 'only handgrad’s own browser tests need it; on Debian: apt-get install chromium',
  };
}
