"""Where members are paid: their bank accounts, and how their payments are taxed. Nothing is paid out yet."""
