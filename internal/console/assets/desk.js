// What the desk does better with a script than without.
