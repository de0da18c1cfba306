import { randomNumbers } from '../../../tools/seed/random';

/** Random choices that a seed repeats. */
export class Dice {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = randomNumbers(seed);
  }

  chance = (probability: number) => this.random() < probability;
  below = (limit: number) => Math.floor(this.random() * limit);
  pick = <Item>(items: readonly Item[]): Item | undefined => items[this.below(items.length)];
  among = <Item>(...items: [Item, ...Item[]]): Item => items[this.below(items.length)] as Item;
  some = <Item>(items: readonly Item[], probability: number) => items.filter(() => this.chance(probability));

  weighted<Item>(choices: readonly (readonly [weight: number, item: Item])[]): Item {
    let left = this.random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of choices) {
      left -= weight;
      if (left < 0) return item;
    }
    return (choices[0] as (typeof choices)[number])[1];
  }
}
