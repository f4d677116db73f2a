package main

import (
	"fmt"

	"coen/pgpwords"

	"github.com/spf13/cobra"
)

func attestConsensusCommand() *cobra.Command {
	var v votes
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "consensus DIR",
		Short: "Decide whether enough builders agree on one ISO",
		Long: `Consensus counts the statements in a folder, or in its folder statements, under
a policy, offline. What is decided on is the release of a manifest, or with
--lock whichever ISO the builders of that lock agree on.

Exit status: 0 the policy holds, 1 it does not, 4 it does not and a statement is
forged or broken.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			verdict, err := v.decide(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				if err := writeJSON(cmd.OutOrStdout(), verdict); err != nil {
					return err
				}
				return verdict.Err()
			}
			verdict.WriteText(cmd.OutOrStdout())
			if verdict.Holds() {
				fmt.Fprintf(cmd.OutOrStdout(), "SHA-256:    %s\nPGP Words:  %s\n", verdict.ISO, pgpwords.String(verdict.ISO[:]))
			}
			return verdict.Err()
		},
	}
	v.flags(cmd)
	cmd.Flags().StringVarP(&v.lock, "lock", "l", "", "decide on a lock alone, whichever ISO the builders agree on")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the verdict as JSON")
	_ = cmd.MarkFlagRequired("policy")
	cmd.MarkFlagsMutuallyExclusive("lock", "manifest")
	return cmd
}
