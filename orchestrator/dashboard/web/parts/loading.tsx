/** Shown until a view has its data: a loading message, or the error. */
import type { ApiError } from '../api-error';
import { sentence } from '../labels';

interface LoadingProps {
  readonly what: string;
  readonly error?: ApiError | undefined;
}
export const Loading = ({ what, error }: LoadingProps) =>
  error === undefined ? (
    <p className="quiet" role="status">
      Loading {what}…
    </p>
  ) : (
    <div role="alert" className="notice bad">
      <strong>{sentence(error.message)}</strong>
      <span>{sentence(error.next)}</span>
    </div>
  );
