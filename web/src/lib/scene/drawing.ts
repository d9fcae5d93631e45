// The drawing code is fetched once, when somebody is about to look at a plan.
let code: Promise<typeof import('./scene')> | null = null;

export function drawing(): Promise<typeof import('./scene')> {
  code ??= import('./scene').catch((fault: unknown) => {
    code = null;
    throw fault;
  });
  return code;
}
