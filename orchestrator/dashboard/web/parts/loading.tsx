/** A view before its data: what is awaited, or why it does not come. */
import type { Refused } from '../refused';

interface LoadingProps {
  readonly what: string;
  readonly refused?: Refused | undefined;
}
export const Loading = ({ what, refused }: LoadingProps) =>
  refused === undefined ? (
    <p className="quiet" role="status">
      Loading {what}…
    </p>
  ) : (
    <div role="alert" className="notice bad">
      <strong>{refused.message}</strong>
      <span>Next: {refused.next}.</span>
    </div>
  );
