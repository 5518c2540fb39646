/** The package's own types are not where its package.json says. */
declare module 'asl-validator' {
  export default function validate(definition: unknown): { isValid: boolean; errors: readonly unknown[] };
}
