/** The npm packages whose files a build contains, and the licence texts that must be passed on with them. */

import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The innermost package of a path; a package's own subfolders, such as preact/hooks, belong to it. */
const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
const LICENCE_FILE = /^(?:licen[cs]e|copying)(?![a-z])/i;
/** Apache-2.0 asks to pass these on as well. */
const NOTICE_FILE = /^notice(?![a-z])/i;
const SEPARATOR = "=".repeat(80);

export class MissingLicence extends Error {}

/** Absolute paths of the files whose code is in esbuild's outputs; `folder` is the build's working folder. */
export const bundledFiles = ({ outputs }, folder) =>
  Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => resolve(folder, path));

/** The packages that the files belong to, by name, with their licences. Fails if one states no licence or comes without its text. */
export async function packagesOf(files) {
  const folders = new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[0] ?? []));
  const packages = new Map();
  for (const folder of folders) {
    const found = await readPackage(folder);
    packages.set(`${found.name} ${found.version}`, found);
  }
  return [...packages.keys()].sort().map((key) => packages.get(key));
}

async function readPackage(folder) {
  const { name, version, license: licence } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (typeof licence !== "string" || licence === "") {
    throw new MissingLicence(`${name} ${version} is bundled, but the package.json in ${folder} names no licence.`);
  }
  const names = (await readdir(folder)).sort();
  const licences = names.filter((file) => LICENCE_FILE.test(file));
  if (licences.length === 0) {
    throw new MissingLicence(`${name} ${version} is bundled, but ${folder} has no licence file (LICENSE or COPYING).`);
  }
  const files = [...licences, ...names.filter((file) => NOTICE_FILE.test(file))];
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return { name, version, licence, texts };
}

/** The text of THIRD-PARTY-LICENSES.txt. */
export const formatLicences = (packages) =>
  [
    "The files in this folder contain code of these packages, under the licences below.\n",
    ...packages.map(({ name, version, licence, texts }) =>
      [
        SEPARATOR,
        `${name} ${version}`,
        `Licence: ${licence}`,
        SEPARATOR,
        "",
        ...texts.map((text) => `${text.trimEnd()}\n`),
      ].join("\n"),
    ),
  ].join("\n");
