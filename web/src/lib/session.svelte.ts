// Who looks on, and with what right: a session with a cookie, or a token from the address.
import { type Fault, get, post, remove, sending } from './api/client';
import type { Role, Who } from './api/types';

/** `asking`: not known yet. `setUp`: no admin yet. `out`: nobody is logged in. `offline`: no answer. */
export type SessionState = 'asking' | 'setUp' | 'out' | 'in' | 'offline';

const TOKEN = 'fenhe-token';
const RANK: readonly Role[] = ['viewer', 'operator', 'supervisor', 'engineer', 'admin'];
const AGAIN = 2_000;

class Session {
  state = $state<SessionState>('asking');
  who = $state.raw<Who | null>(null);
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    // A token behind # never leaves the browser; it is taken out of the address at once.
    if (location.hash.startsWith('#fht_')) {
      sessionStorage.setItem(TOKEN, location.hash.slice(1));
      history.replaceState(null, '', location.pathname + location.search);
    }
    sending.token = sessionStorage.getItem(TOKEN);
  }

  /** The token that this page looks on with; `null` where it has a session. */
  get token(): string | null {
    return sending.token;
  }

  /** Whether the person has this role or more. */
  may(role: Role): boolean {
    return this.who !== null && RANK.indexOf(this.who.role) >= RANK.indexOf(role);
  }

  /** Asks the server who we are. */
  async begin(): Promise<void> {
    clearTimeout(this.#retry);
    const asked = await get('/api/v1/session');
    if (asked.ok) {
      this.who = asked.value;
      sending.csrf = asked.value.csrf ?? null;
      this.state = 'in';
      return;
    }
    this.who = null;
    sending.csrf = null;
    if (asked.fault.status !== 401) {
      this.state = 'offline';
      this.#retry = setTimeout(() => void this.begin(), AGAIN);
      return;
    }
    if (sending.token) {
      this.#forget();
      return this.begin();
    }
    const setUp = await get('/api/v1/setup');
    this.state = setUp.ok && setUp.value.wanted ? 'setUp' : 'out';
  }

  /** Logs in; gives what went wrong. */
  async login(name: string, password: string): Promise<Fault | null> {
    this.#forget();
    const began = await post('/api/v1/session', { name, password });
    if (!began.ok) return began.fault;
    await this.begin();
    return null;
  }

  /** Makes the first admin and logs in; gives what went wrong. */
  async setUp(token: string, name: string, password: string): Promise<Fault | null> {
    this.#forget();
    const made = await post('/api/v1/setup', { token: token.trim(), name, password });
    if (!made.ok) return made.fault;
    return this.login(name, password);
  }

  /** Ends the session, or forgets the token. */
  async logout(): Promise<void> {
    if (sending.token) this.#forget();
    else await remove('/api/v1/session');
    await this.begin();
  }

  #forget(): void {
    sending.token = null;
    sessionStorage.removeItem(TOKEN);
  }
}

export const session = new Session();
