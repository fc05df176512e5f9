/// The report's style sheet.
enum HTMLStyle {
    /// Figures keep their white background in dark mode, because their colors need it.
    static let sheet = """
        :root { --ground: #fff; --text: #1f2933; --soft: #52606d; --line: #d9dee4; --stripe: #f5f7fa;
          --warn-ground: #fff6e0; --warn-line: #b45309; --warn-text: #5f370e; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #14181d; --text: #e4e7eb; --soft: #9aa5b1; --line: #323f4b; --stripe: #1b2127;
            --warn-ground: #33250c; --warn-line: #e9a13b; --warn-text: #fbe3b9; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; background: var(--ground);
          color: var(--text); font: 1rem/1.55 "DejaVu Sans", Verdana, system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.7rem; line-height: 1.25; margin: 0; }
        h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
        p, ul, dl { margin: .6rem 0; max-width: 44rem; }
        .subtitle { margin-top: .3rem; color: var(--soft); }
        .warnings { margin: 1.2rem 0; padding: .8rem 1rem; border-left: .35rem solid var(--warn-line);
          background: var(--warn-ground); color: var(--warn-text); }
        .warnings h2 { margin: 0; padding: 0; border: 0; font-size: 1rem; }
        .warnings ul { margin: .3rem 0 0; padding-left: 1.2rem; }
        dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .25rem 1.2rem; }
        dt { color: var(--soft); }
        dd { margin: 0; font-variant-numeric: tabular-nums; }
        .table { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding-bottom: .4rem; color: var(--soft); }
        th, td { padding: .35rem .8rem .35rem 0; text-align: left; font-weight: 400; white-space: nowrap;
          border-bottom: 1px solid var(--line); }
        th + th, th + td, td + td { padding-left: .8rem; }
        thead th { font-weight: 700; border-bottom: 2px solid var(--soft); }
        tbody th { font-weight: 700; }
        tbody tr:nth-child(even) { background: var(--stripe); }
        .number { text-align: right; }
        figure { margin: 1.4rem 0; }
        figure svg, figure img { display: block; max-width: 100%; height: auto; }
        .frame { overflow-x: auto; background: #fff; border: 1px solid var(--line); border-radius: .3rem; }
        .frame svg { width: 100%; min-width: 36rem; }
        figcaption { margin-top: .5rem; font-size: .88rem; color: var(--soft); }
        pre { overflow-x: auto; padding: .8rem; background: var(--stripe); border: 1px solid var(--line);
          font: .85rem/1.45 "DejaVu Sans Mono", monospace; }
        details { margin: .8rem 0; border: 1px solid var(--line); border-radius: .3rem; padding: .5rem .8rem; }
        summary { cursor: pointer; font-weight: 700; }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: .85rem; color: var(--soft); }
        :focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
        @media print {
          :root { --ground: #fff; --text: #000; --soft: #444; --line: #bbb; --stripe: #fff;
            --warn-ground: #fff; --warn-line: #000; --warn-text: #000; }
          body { max-width: none; padding: 0; font-size: 10pt; }
          figure, tr, .warnings { break-inside: avoid; }
          h2 { break-after: avoid; }
          .table, .frame, pre { overflow: visible; }
          .frame svg { min-width: 0; }
          pre { white-space: pre-wrap; }
          details { border: 0; padding: 0; }
          details::details-content { content-visibility: visible; height: auto; }
        }
        """
}
