// Reads Markdown as far as the checks of the documents need it.

export interface CodeBlock {
  /** `console`, `js`, `text`, `formula`, ... */
  readonly language: string;
  readonly text: string;
  /** line of the opening fence, from 1 */
  readonly line: number;
}

/** Fenced code blocks in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const match of markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
    const line = markdown.slice(0, match.index).split("\n").length;
    blocks.push({ language: match[1]!, text: match[2]!, line });
  }
  return blocks;
}

export interface Command {
  readonly command: string;
  /** what the document says it prints; a line `...` stands for any lines */
  readonly output: string;
}

/** Commands (lines after `$ `) of a console block with their output. */
export function commandsOf(block: CodeBlock): Command[] {
  return block.text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** The block's text with other outputs. */
export function withOutputs(block: CodeBlock, outputs: readonly string[]): string {
  return commandsOf(block)
    .map(({ command }, i) => `$ ${command}\n${outputs[i]!}`)
    .join("");
}

/**
 * Whether an output is the one of the document. Blank lines and blanks at line ends do not count; machines
 * may differ in the last digits of full precision and in how small the predicted gain of a further step is, not in
 * the iterations.
 */
export function sameOutput(expected: string, actual: string): boolean {
  const lines = normalized(expected).split("\n");
  const pattern = lines.map((line) =>
    line === "..." ? "[\\s\\S]*" : line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${pattern.join("\n")}$`).test(normalized(actual));
}

function normalized(text: string): string {
  return text
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .replace(/(?<=lower the criterion by )(?:less than 1e-10|\d(?:\.\d+)?e-(?:9|\d\d))(?=\.)/g, "nothing")
    .replace(/-?\d+\.\d{8,}(?:e[-+]?\d+)?/g, (digits) => Number(digits).toPrecision(8))
    .trim();
}

/** Targets of links, without those inside code. */
export function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
}

/** Anchors that a document's headings get. */
export function anchorsOf(markdown: string): Set<string> {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, "");
  const anchors = new Set<string>();
  for (const match of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = match[1]!
      .toLowerCase()
      .replace(/`/g, "")
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const repeated = [...anchors].filter((one) => one === slug || one.startsWith(`${slug}-`)).length;
    anchors.add(anchors.has(slug) ? `${slug}-${repeated}` : slug);
  }
  return anchors;
}
