/** What the host lets data sets do, and where it keeps downloaded files. */
export { cacheFolder } from "../core/cache_folder.ts";
export { environment, inDeno, permitted } from "../core/environment.ts";
