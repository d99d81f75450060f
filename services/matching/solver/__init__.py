"""The timetable solvers: `mission` asks `first` (OR-tools CP-SAT) or `large`; `repair`; `given` for agreed meetings."""
