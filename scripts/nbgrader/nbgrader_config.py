# nbgrader for courses whose notebooks run in handgrad's kernel: put this beside the course's folders (source/, submitted/, ...),
# or take these lines into the configuration that is there. Written by: handgrad new exercise NAME --nbgrader
c = get_config()  # noqa: F821

# What learners find where a solution stood. nbgrader knows none for TypeScript.
c.ClearSolutions.code_stub = {
    "typescript": "// YOUR CODE HERE\nthrow new Error('No answer yet: write it in place of this line.');",
}

# A cell that loops is interrupted after so many seconds, and the cells behind it are still graded.
c.Execute.timeout = 60
c.Execute.interrupt_on_timeout = True
