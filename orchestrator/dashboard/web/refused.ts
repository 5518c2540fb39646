/** The server is there and said no, with a next step; or, without a status, it could not be reached. */
export class Refused extends Error {
  constructor(
    readonly status: number | undefined,
    message: string,
    readonly next: string,
  ) {
    super(message);
  }
}
