"""An operation from its text to its answer: understood once, limited, admitted, run, and its failures given a face."""
