package awk

// A Program is a parsed program.
type Program struct {
	begin, end []*block
	rules      []*rule
	functions  []*function
	globals    map[string]int // names to slots
}

type rule struct {
	pattern, to expr // either may be nil
	body        *block
	active      bool // of a range
}

type function struct {
	name    string
	params  []string
	body    *block
	defined bool
	line    int // of the first call
}

type block struct{ stmts []stmt }

type stmt any

type (
	exprStmt  struct{ e expr }
	printStmt struct {
		args   []expr
		format bool   // printf
		op     string // ">", ">>" or "|"; "" for standard output
		dest   expr
	}
	ifStmt struct {
		cond      expr
		then, els *block
	}
	whileStmt struct {
		cond expr
		body *block
		do   bool
	}
	forStmt struct {
		init, step stmt
		cond       expr
		body       *block
	}
	forInStmt struct {
		key   expr
		array *variable
		body  *block
	}
	deleteStmt struct {
		array *variable
		index []expr // nil deletes all
	}
	jumpStmt struct {
		word  string // break continue next nextfile exit return
		value expr
	}
)

type expr any

type (
	numberLit float64
	stringLit string
	regexLit  string
	variable  struct {
		name  string
		slot  int
		local bool
	}
	element struct {
		array *variable
		index []expr
	}
	field  struct{ e expr }
	assign struct {
		op     string // "" or "+" and its like
		target expr
		value  expr
	}
	increment struct {
		by     float64
		post   bool
		target expr
	}
	unary struct {
		op string
		e  expr
	}
	binary struct {
		op   string
		x, y expr
	}
	ternary struct{ cond, x, y expr }
	match   struct {
		negated bool
		x, y    expr
	}
	inArray struct {
		index []expr
		array *variable
	}
	grouping struct{ list []expr } // in parentheses
	getline  struct {
		kind   byte // 'm' for the main input, '<' or '|'
		source expr
		target expr // nil for $0
	}
	call struct {
		f    *function
		args []expr
		line int
	}
	builtinCall struct {
		name string
		f    *builtinFunc
		args []expr
	}
)
