/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the table of subcommands and the way into them.
 */
#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/args.h"

static const struct cmd *const commands[] = {
	&cmd_world,
	&cmd_observe,
	&cmd_check,
	&cmd_report,
	&cmd_explain,
	&cmd_dump,
	&cmd_rov,
	&cmd_score,
	&cmd_simulate,
	&cmd_evaluate,
};

int
cmd_fail(const struct cmd *cmd, const struct err *err)
{
	(void)fprintf(stderr, "comity %s: %s\n", cmd->name, err->msg);
	return EXIT_CANNOT;
}

int
cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "comity %s: %s\ntry `comity %s --help`\n",
	    cmd->name, text, cmd->name);
	return EXIT_CANNOT;
}

static void
print_help(FILE *to)
{
	(void)fprintf(to,
	    "comity - keeps and measures the norms of routing security "
	    "(MANRS)\n\nusage: comity COMMAND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < COUNT(commands); i++)
		(void)fprintf(to, "  %-9s %s\n", commands[i]->name,
		    commands[i]->summary);
	(void)fprintf(to,
	    "\n`comity help COMMAND` tells more; `comity --version`.\n"
	    "exit status: 0 done and fine, 1 done but a check failed or an "
	    "input was refused,\n2 could not be done\n");
}

static int
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return 1;
	return 0;
}

static const struct cmd *
find_command(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int
no_command(const char *name)
{
	struct args_guess g = args_guess_begin(name);
	char hint[ARGS_WORD_MAX + 24];

	for (size_t i = 0; i < COUNT(commands); i++)
		args_guess_try(&g, commands[i]->name);
	args_guess_try(&g, "--help");
	args_guess_try(&g, "--version");
	(void)fprintf(stderr,
	    "comity: no command \"%.100s\"%s\n`comity --help` lists them\n",
	    name, args_guess_text(&g, hint));
	return EXIT_CANNOT;
}

/* comity help [COMMAND] */
static int
help(const char *name)
{
	const struct cmd *c = name == NULL ? NULL : find_command(name);

	if (name != NULL && c == NULL)
		return no_command(name);
	if (c == NULL)
		print_help(stdout);
	else
		(void)fputs(cmd_usage_text(c), stdout);
	return EXIT_FINE;
}

static int
run_command(const struct cmd *c, int argc, char **argv)
{
	const char *option;

	if (wants_help(argc, argv))
		return help(c->name);
	if ((option = args_missing(argc, argv, cmd_usage_text(c))) != NULL)
		return cmd_usage(c, "%s needs a value", option);
	return c->run(argc, argv);
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return EXIT_CANNOT;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help(argc > 2 ? argv[2] : NULL);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0 ||
	    strcmp(argv[1], "version") == 0) {
		(void)printf("comity %s\n", COMITY_VERSION);
		return EXIT_FINE;
	}
	const struct cmd *c = find_command(argv[1]);
	return c == NULL ? no_command(argv[1])
			 : run_command(c, argc - 1, argv + 1);
}
