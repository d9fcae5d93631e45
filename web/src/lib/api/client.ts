// One way to ask the server: same origin, the reader's language, the session's csrf value, faults as data.
import type { paths } from './schema';
import type { Act, ApiError, Done } from './types';

type Json<T> = T extends { content: { 'application/json': infer B } } ? B : undefined;
type Good<T> = T extends { responses: infer R }
  ? R extends { 200: infer A }
    ? Json<A>
    : R extends { 201: infer A }
      ? Json<A>
      : undefined
  : never;
type Sent<T> = T extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined;
type Has<M extends string> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Op<P extends keyof paths, M extends string> = paths[P] extends Record<M, infer O> ? O : never;

/** Why something was not done. `code` stays the same in every language; the sentences are for people. */
export type Fault = Pick<ApiError, 'code' | 'message' | 'remedy'> & Partial<ApiError> & { status: number };

/** What came back: an answer, or why there is none. Nothing here throws. */
export type Result<T> = { ok: true; value: T } | { ok: false; fault: Fault };

/** Values for `{names}` in a path, and for its query. */
export interface Options {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | undefined>;
  signal?: AbortSignal;
}

/** What every request carries; kept up to date by the session and the language. */
export const sending: { csrf: string | null; token: string | null; language: string } = {
  csrf: null,
  token: null,
  language: 'en',
};

function address(path: string, options: Options): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(options.params?.[name] ?? '')));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  // Relative, so that the page also works below a path of another server.
  return filled.slice(1) + (text ? `?${text}` : '');
}

/** The fault of a server that cannot be reached; its sentences come from the page's own catalogue. */
export const OFFLINE = 'page/offline';

export async function ask<T>(method: string, path: string, body: unknown, options: Options = {}): Promise<Result<T>> {
  const headers: Record<string, string> = { 'accept-language': sending.language };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (sending.csrf) headers['x-csrf-token'] = sending.csrf;
  if (sending.token) headers['authorization'] = `Bearer ${sending.token}`;
  try {
    const response = await fetch(address(path, options), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'same-origin',
      signal: options.signal ?? null,
    });
    const text = await response.text();
    const json: unknown = text ? JSON.parse(text) : undefined;
    if (response.ok) return { ok: true, value: json as T };
    return { ok: false, fault: { ...(json as ApiError), status: response.status } };
  } catch {
    return { ok: false, fault: { code: OFFLINE, message: '', remedy: '', status: 0 } };
  }
}

/** `GET`, typed by the OpenAPI document. */
export function get<P extends Has<'get'>>(path: P, options?: Options): Promise<Result<Good<Op<P, 'get'>>>> {
  return ask('GET', path, undefined, options);
}

/** `POST`, typed by the OpenAPI document. */
export function post<P extends Has<'post'>>(path: P, body: Sent<Op<P, 'post'>>, options?: Options): Promise<Result<Good<Op<P, 'post'>>>> {
  return ask('POST', path, body, options);
}

/** `DELETE`. */
export function remove<P extends Has<'delete'>>(path: P, options?: Options): Promise<Result<undefined>> {
  return ask('DELETE', path, undefined, options);
}

/** An act on the plant. It carries the revision of its object as the person saw it. */
export function act(what: Act): Promise<Result<Done>> {
  return ask('POST', '/api/v1/commands', what);
}
