/* A PKCS#11 module with one token that has a PIN pad: it takes no PIN from a program. */
#include <string.h>

typedef unsigned long ulong;

static ulong ok(void) { return 0; }
static ulong asked(void *pin, ulong size) { return pin == 0 && size == 0 ? 0 : 0xa1 /* CKR_PIN_INVALID */; }

static ulong slots(unsigned char present, ulong *list, ulong *count)
{
	(void)present;
	if (list)
		list[0] = 7;
	*count = 1;
	return 0;
}

static ulong token(ulong slot, char *info)
{
	memset(info, ' ', 96);
	memcpy(info, "pad", 3);
	memset(info + 96, 0, 208 - 96);
	*(ulong *)(info + 96) = 0x100 | 0x8 | 0x400 | 0x200000; /* PIN pad, both PINs set, the officer's last try */
	*(ulong *)(info + 136) = 8;
	*(ulong *)(info + 144) = 4;
	return slot == 7 ? 0 : 3;
}

static ulong open_session(ulong slot, ulong flags, void *app, void *notify, ulong *handle)
{
	(void)slot, (void)flags, (void)app, (void)notify;
	*handle = 1;
	return 0;
}

static ulong login(ulong session, ulong user, void *pin, ulong size) { return session == 1 && user < 2 ? asked(pin, size) : 0xb3; }
static ulong init_pin(ulong session, void *pin, ulong size) { (void)session; return asked(pin, size); }
static ulong init_token(ulong slot, void *pin, ulong size, char *label) { (void)slot; return memcmp(label, "new                             ", 32) ? 7 : asked(pin, size); }
static ulong set_pin(ulong session, void *old, ulong old_size, void *new, ulong new_size) { (void)session; return asked(old, old_size) | asked(new, new_size); }

static struct { unsigned char version[2]; void *fn[68]; } list;

ulong C_GetFunctionList(void **to)
{
	list.version[0] = 2, list.version[1] = 40;
	list.fn[0] = list.fn[1] = list.fn[13] = ok;
	list.fn[4] = slots, list.fn[6] = token, list.fn[9] = init_token, list.fn[10] = init_pin, list.fn[11] = set_pin;
	list.fn[12] = open_session, list.fn[18] = login;
	*to = &list;
	return 0;
}
