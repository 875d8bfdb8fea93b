/** What is asked of Pullback alone, and answered in numbers. */
export interface Question {
  readonly name: string;
  readonly title: string;
  readonly answer: () => Promise<readonly Reading[]>;
}
export interface Reading {
  readonly question: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}
