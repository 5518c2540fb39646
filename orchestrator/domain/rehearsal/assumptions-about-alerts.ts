/** What the forwarding of alerts assumes: id, assumption, how to ask, and what follows if it is wrong. */
type About = readonly [id: `A${number}`, assumes: string, ask: string, ifWrong: string];

export const aboutAlerts: readonly About[] = [
  [
    'A60',
    'EventBridge forwards to a bus in any Region of the partition that both accounts have enabled',
    'forward from a Region that needs opting in',
    'alerts need one bus for each such Region',
  ],
  [
    'A61',
    'CloudFormation names itself in `userIdentity.invokedBy` of the calls that it makes with the CI role',
    'read the events of a rollout in CloudTrail',
    'each rollout alerts about its own changes',
  ],
  [
    'A62',
    'EventBridge gives `aws:SourceAccount` when it assumes the role of a target that is an event bus',
    'forward with such a role',
    'no alert leaves an account; the probe `alertsArrive` fails in the first one',
  ],
  [
    'A63',
    'a rule takes a role that its stack made just before',
    'create both in one stack in a Region other than us-east-1',
    'the stack of alerts fails and is retried',
  ],
  [
    'A64',
    'EventBridge evaluates `$or` within a list of objects for one element at a time, as it does other fields',
    'send a finding with a suppressed and an active element',
    'findings of Security Hub alert too often',
  ],
];
