"""What every adapter stands on: pooled HTTP, safe XML, pages, and wrappers that take a Lookup and return one."""
