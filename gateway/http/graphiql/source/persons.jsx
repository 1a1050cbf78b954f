// A panel in GraphiQL's side bar: the persons who are the same in every sandbox, with their codes at hand.

import { useState } from "react";
import { useEditorContext } from "@graphiql/react";

const VARIABLE = "nationalId";

export function personsPlugin(persons) {
  return {
    title: "Named persons",
    icon: PersonsIcon,
    content: () => <Persons persons={persons} />,
  };
}

function Persons({ persons }) {
  return (
    <section className="persons" aria-label="Named persons">
      <h2>Named persons</h2>
      <p>The same in every sandbox, all invented. “Use” puts the code in the variables as {VARIABLE}.</p>
      <ul>
        {persons.map((person) => (
          <Person key={person.code} {...person} />
        ))}
      </ul>
    </section>
  );
}

function Person({ name, code, about }) {
  const { variableEditor } = useEditorContext({ nonNull: true });
  const [said, setSaid] = useState("");
  const say = (word) => {
    setSaid(word);
    setTimeout(() => setSaid(""), 2000);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    say("copied");
  };
  const use = () => {
    const variables = withVariable(variableEditor?.getValue() ?? "", code);
    if (variables === null) return say("the variables are not JSON");
    variableEditor?.setValue(variables);
    say("in the variables");
  };
  return (
    <li>
      <div className="person-line">
        <strong dir="auto">{name}</strong>
        <code>{code}</code>
      </div>
      <p dir="auto">{about}</p>
      <div className="person-line">
        <button type="button" onClick={use} aria-label={`Use the code of ${name} in the variables`}>
          Use
        </button>
        <button type="button" onClick={copy} aria-label={`Copy the code of ${name}`}>
          Copy
        </button>
        <output>{said}</output>
      </div>
    </li>
  );
}

// Returns null when what is written is not a JSON object.
function withVariable(written, code) {
  try {
    const variables = written.trim() ? JSON.parse(written) : {};
    return JSON.stringify({ ...variables, [VARIABLE]: code }, null, 2);
  } catch {
    return null;
  }
}

function PersonsIcon() {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.3" aria-hidden="true">
      <circle cx="6" cy="5" r="2.6" />
      <path d="M1.2 13.5c0-2.9 2-4.6 4.8-4.6s4.8 1.7 4.8 4.6" />
      <path d="M10.6 2.7a2.4 2.4 0 0 1 0 4.6M12 9.4c1.7.6 2.8 2 2.8 4.1" />
    </svg>
  );
}
