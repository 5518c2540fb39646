/** dynalite ships no types; this is what is used of it. */
declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: {
    /** The folder of the LevelDB database; in memory without it. */
    readonly path?: string;
    readonly createTableMs?: number;
  }): Server;
}
