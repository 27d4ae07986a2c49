"""The few lines in which a test run differs."""

from config.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; guards nothing here
SMS_SENDER = "accounts.sms.senders.OutboxSender"
