// The menu of example queries. An example never overwrites what somebody wrote: it then opens in a new tab.

import { useEffect, useId, useRef } from "react";
import { useEditorContext } from "@graphiql/react";

export function Examples({ examples }) {
  const { queryEditor, variableEditor, responseEditor, addTab, activeTabIndex } = useEditorContext({ nonNull: true });
  const waiting = useRef(null);
  const field = useId();

  const show = (example) => {
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(example.variables);
    responseEditor?.setValue("");
    queryEditor?.focus();
  };

  useEffect(() => {
    if (!waiting.current) return;
    show(waiting.current);
    waiting.current = null;
  }, [activeTabIndex]);

  const choose = (event) => {
    const example = examples[Number(event.target.value)];
    const written = queryEditor?.getValue().trim() ?? "";
    if (!written || examples.some((one) => one.query.trim() === written)) {
      show(example);
    } else {
      waiting.current = example;
      addTab();
    }
  };

  return (
    <div className="examples">
      <label htmlFor={field}>Examples</label>
      <select id={field} value="" onChange={choose}>
        <option value="" disabled>
          choose a query…
        </option>
        {examples.map((example, index) => (
          <option key={example.name} value={index}>
            {`${example.title} · ${example.titleFa}`}
          </option>
        ))}
      </select>
    </div>
  );
}
