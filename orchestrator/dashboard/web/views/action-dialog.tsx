/** Confirms an action on a rollout. It states the consequence and requires a reason. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useState } from 'react';
import { saysSomething } from '../../../presentation/text';
import type { Action, RolloutDetail } from '../../api/contract';
import { postAction } from '../api-client';
import { ApiError } from '../api-error';
import { sentence } from '../labels';
import { Cloudscape } from '../parts/cloudscape';
import { Text } from '../parts/text';

export const actionTitles: Readonly<Record<Action, string>> = {
  approve: 'Approve',
  reject: 'Reject',
  retry: 'Retry',
  pause: 'Pause',
  resume: 'Resume',
  abort: 'Abort',
  rollback: 'Roll back',
};

const stepOf = ({ rollout }: RolloutDetail): number => rollout.lastStep?.input.step ?? 0;

interface ActionDialogProps {
  readonly detail: RolloutDetail;
  readonly action: Action;
  /** The identity of the user; unknown while AWS does not confirm it. */
  readonly recordedAs: string | undefined;
  /** Called when the rollout has changed since the dialog was opened. */
  readonly onChanged: () => void;
  readonly onClose: (sent: boolean) => void;
}

export function ActionDialog({ detail, action, recordedAs, onChanged, onClose }: ActionDialogProps) {
  // The user confirms what the dialog showed, while the page keeps polling behind it.
  const [reviewed, setReviewed] = useState(detail);
  const [reason, setReason] = useState('');
  const [isSubmitted, setIsSubmitted] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<ApiError>();
  useFocusBack();
  // Pause and abort apply at every moment of a rollout; a running one changes every second.
  const isDecision = action !== 'pause' && action !== 'abort';
  const hasChanged =
    isDecision && (stepOf(detail) !== stepOf(reviewed) || detail.actions[action] !== reviewed.actions[action]);
  const consequence = (isDecision ? reviewed : detail).actions[action];
  const send = async (): Promise<void> => {
    setIsSubmitted(true);
    if (!saysSomething(reason)) return;
    setIsSending(true);
    try {
      await postAction(reviewed.rollout.id, action, { reason: reason.trim(), step: stepOf(reviewed) });
      onClose(true);
    } catch (error) {
      setIsSending(false);
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 409) onChanged();
      setProblem(error);
    }
  };
  return (
    <Cloudscape>
      <Modal
        visible
        header={`${actionTitles[action]} rollout ${reviewed.rollout.id}`}
        closeAriaLabel="Close"
        onDismiss={() => onClose(false)}
        footer={
          <Footer
            title={actionTitles[action]}
            isSending={isSending}
            isDisabled={hasChanged || consequence === undefined}
            onConfirm={() => void send()}
            onCancel={() => onClose(false)}
          />
        }
      >
        <SpaceBetween size="m">
          <p className="consequence">
            <Text>{consequence ?? 'This action is no longer available.'}</Text>
          </p>
          {hasChanged ? (
            <Changed
              onReview={() => {
                setReviewed(detail);
                setProblem(undefined);
              }}
            />
          ) : undefined}
          {problem === undefined ? undefined : (
            <Alert type="error">
              <Text>{`${sentence(problem.message)} ${sentence(problem.next)}`}</Text>
            </Alert>
          )}
          <FormField
            label="Reason"
            description={<Recorded as={recordedAs} />}
            errorText={isSubmitted && !saysSomething(reason) ? 'Enter a reason.' : undefined}
          >
            <Textarea
              value={reason}
              rows={3}
              autoFocus
              ariaRequired
              onChange={({ detail }) => setReason(detail.value.slice(0, reasonMax))}
            />
          </FormField>
        </SpaceBetween>
      </Modal>
    </Cloudscape>
  );
}

const Recorded = ({ as }: { readonly as: string | undefined }) => (
  <>
    Recorded in the rollout's log as <Text>{as ?? 'the caller that AWS confirms'}</Text>
  </>
);

interface FooterProps {
  readonly title: string;
  readonly isSending: boolean;
  readonly isDisabled: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}
const Footer = ({ title, isSending, isDisabled, onConfirm, onCancel }: FooterProps) => (
  <Box float="right">
    <SpaceBetween direction="horizontal" size="xs">
      <Button variant="link" onClick={onCancel}>
        Cancel
      </Button>
      <Button variant="primary" loading={isSending} disabled={isDisabled} onClick={onConfirm}>
        {title}
      </Button>
    </SpaceBetween>
  </Box>
);

/** Returns the focus to the button that opened the dialog, or to the view if that button is gone. */
function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const back = opener?.isConnected ? opener : document.querySelector('main');
      if (back instanceof HTMLElement) back.focus();
    },
    [opener],
  );
}

const Changed = ({ onReview }: { readonly onReview: () => void }) => (
  <Alert type="warning" action={<Button onClick={onReview}>Review again</Button>}>
    The rollout has changed since you opened this dialog. Review the action before you confirm it.
  </Alert>
);

/** The same limit as on the server. */
const reasonMax = 500;
