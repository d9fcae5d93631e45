// A real running plant for the browser: the program itself, and the line it prints with its address.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LONG = 120_000;

/** Starts `fenhe demo`; gives its address, the token of the first admin, and what stops it. */
export async function demo({ port = 0, args = [] } = {}) {
  const program = process.env.FENHE ?? `${root}target/debug/fenhe`;
  const child = spawn(program, ['demo', '--no-open', '--port', String(port), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (complained += text));
  const until = Date.now() + LONG;
  const find = async (pattern) => {
    for (;;) {
      const found = said.match(pattern);
      if (found) return found[1];
      if (child.exitCode !== null) throw new Error(`fenhe demo ended: ${said}${complained}`);
      if (Date.now() > until) throw new Error(`fenhe demo said no ${pattern}: ${said}${complained}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  const address = await find(/(http:\/\/127\.0\.0\.1:\d+\/)\s/);
  const guest = await find(/(http:\/\/127\.0\.0\.1:\d+\/#fht_\S+)/);
  const setUp = await find(/(fhi_\w+)/);
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { address, guest, setUp, stop, said: () => said };
}
