/** The server refused a request and said what to do next. Without a status, the server could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number | undefined,
    message: string,
    readonly next: string,
  ) {
    super(message);
  }
}
