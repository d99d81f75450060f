"""The timetable solvers: `first` and `repair` by OR-tools CP-SAT, `given` for meetings that are all agreed on."""
