/** Pictures that a message fetches from elsewhere. The gateway fetches them; the frame is given their bytes. */

const AT_ONCE = 4;

/** The elements that wait for each picture, by its number in the message. */
export function awaited(inside: ParentNode): Map<number, HTMLElement[]> {
  const waiting = new Map<number, HTMLElement[]>();
  for (const element of inside.querySelectorAll<HTMLElement>('[data-remote], [data-remote-background]')) {
    for (const key of ['remote', 'remoteBackground']) {
      const number = element.dataset[key];
      if (number && /^\d{1,4}$/.test(number)) waiting.set(Number(number), [...(waiting.get(Number(number)) ?? []), element]);
    }
  }
  return waiting;
}

/** Each picture is asked for once, a few at a time; `missing` gets the elements of those that did not come. */
export async function showPictures(inside: ParentNode, load: (number: number) => Promise<string>, missing: (elements: HTMLElement[]) => void): Promise<void> {
  const waiting = [...awaited(inside)];
  const next = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
      const [number, elements] = entry;
      await load(number).then(
        (url) => elements.forEach((element) => draw(element, number, url)),
        () => missing(elements),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

function draw(element: HTMLElement, number: number, url: string): void {
  if (element.dataset['remote'] === String(number) && element.tagName === 'IMG') (element as HTMLImageElement).src = url;
  if (element.dataset['remoteBackground'] === String(number)) element.style.backgroundImage = `url("${url}")`;
}
