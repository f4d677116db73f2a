/* A PKCS#11 library as a vendor might ship one: it serves only where its
 * environment is set up, and then gives SoftHSM's functions for its own. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define CKR_GENERAL_ERROR 5

unsigned long C_GetFunctionList(void *list)
{
	const char *home = getenv("VENDOR_HOME");
	void *token = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW);
	unsigned long (*get)(void *) = token ? (unsigned long (*)(void *))dlsym(token, "C_GetFunctionList") : 0;

	if (!get || !home || strcmp(home, "/opt/vendor"))
		return CKR_GENERAL_ERROR;
	return get(list);
}
