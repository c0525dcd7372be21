export const SERVER: string;
export function permissionsIn(manifest: object, backend: string): Record<string, string[]>;
export function checkPermissions(
  manifest: object,
  options: { backend: string; browser: string; justified: Record<string, Record<string, { browsers: string[]; why: string }>> },
): string[];
export function checkCode(manifest: object, files: Record<string, string>): string[];
export function checkManifest(manifest: object, options: { backend: string; browser: string; paths: string[] }): string[];
