// Package officer does what is done to a token around its keys: setting PINs, setting the user's PIN anew after
// it has been locked or forgotten, and initializing the token, which erases it. Nobody is logged in
// to the token before and afterwards.
//
// A nil PIN stands for one that is entered at the token's PIN pad, where [hsm.TokenInfo] says that it has one. A PIN that was set is
// tried, unless a PIN pad would have to ask for it again.
//
// Limits: one token at a time; PINs belong to the caller, who wipes them.
//
//	tokens, err := officer.List(library)
//	login, err := tokens[0].Login(hsm.User, old)
//	defer login.Close()
//	err = login.SetPIN(old, new)
package officer
