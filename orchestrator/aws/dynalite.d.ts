/** dynalite ships no types; this declares the part that is used. */
declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: {
    /** The folder of the LevelDB database. Without it the data stays in memory. */
    readonly path?: string;
    readonly createTableMs?: number;
  }): Server;
}
